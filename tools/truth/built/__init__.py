"""Networks that no package has, built of a framework's layers as papers and authors' code say."""
