# Ask R's deductive::correct_typos to correct tables: each line of standard input is "trusted" or "doubt", for the total, and then the
# figures of a column, the total last, between commas. Each line of output is the figures as corrected, or "stopped" where it ends in an
# error or gives back figures that are missing.
suppressMessages({
  library(validate)
  library(deductive)
})

correct <- function(line) {
  parts <- strsplit(line, ",", fixed = TRUE)[[1]]
  figures <- as.numeric(parts[-1])
  names(figures) <- c(paste0("row", seq_len(length(figures) - 1)), "total")
  balance <- parse(text = paste(paste(head(names(figures), -1), collapse = " + "), "== total"))[[1]]
  corrected <- tryCatch(
    suppressWarnings(correct_typos(
      as.data.frame(as.list(figures)), do.call(validator, list(balance)),
      fixate = if (parts[1] == "trusted") "total"
    )),
    error = function(condition) NULL
  )
  if (is.null(corrected) || anyNA(corrected)) "stopped"
  else paste(format(unlist(corrected), scientific = FALSE, trim = TRUE), collapse = ",")
}

writeLines(vapply(readLines(file("stdin")), correct, ""))
