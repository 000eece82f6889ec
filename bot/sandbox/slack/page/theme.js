// Sets the theme before the first paint; not a module, because modules wait for the document.
document.documentElement.dataset.theme =
  localStorage.getItem("workspace.theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
