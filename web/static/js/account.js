// A form that came back with errors: the list of what is wrong gets the focus, so that it is read out first.

document.querySelector("[data-focus]")?.focus();
