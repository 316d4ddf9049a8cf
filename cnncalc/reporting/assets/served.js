new Live(document.getElementById("app"), JSON.parse(document.getElementById("data").textContent)).watch();
