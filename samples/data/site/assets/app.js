// Shows what the API behind the same gateway says.
fetch("/api/hello").then((response) => response.text()).then((text) => {
  document.getElementById("answer").textContent = text;
}, () => {
  document.getElementById("answer").textContent = "The API does not answer; start something on port 9001.";
});
