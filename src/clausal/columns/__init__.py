"""The same answer by column: encode, walk, conclude, price. An Arrow batch in, an Arrow batch out; knows no file."""
