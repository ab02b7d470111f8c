"""What `watchword …` and `flask watchword …` can do, one file for each topic; `watchword.cli` puts them together."""
