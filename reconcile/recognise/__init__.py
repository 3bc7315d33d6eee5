"""What a document prints: columns with role and unit, amounts, claims in prose, whose names the rows carry."""
