showPage(document.getElementById("app"), JSON.parse(document.getElementById("data").textContent));
