// Sets the colours before the page is drawn: what the reader chose, else what the system says.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const chosen = localStorage.getItem("theme") ?? "auto";
    const isDark = chosen === "dark" || (chosen === "auto" && dark.matches);
    document.documentElement.dataset.bsTheme = isDark ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("theme-chosen", apply);
})();
