// After a failed post the summary of what is wrong takes the focus, so that it is seen and read first.
document.getElementById("errors")?.focus();
