// Runs before the first paint, so that a chosen theme never flashes.
try {
  const theme = JSON.parse(localStorage.getItem("khoj-lite.theme") || '"system"');
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Nothing kept: the system's theme it is.
}
