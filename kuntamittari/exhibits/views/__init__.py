"""What a page says before its pictures: the same words on the page and in its document."""
