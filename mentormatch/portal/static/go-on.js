// A check that takes several steps goes on by itself; without this there is a button.
document.querySelector("form[data-go-on]")?.requestSubmit();
