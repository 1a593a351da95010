// Before the first paint: the theme that was chosen here, so that no page flashes in the other one.
(function () {
  try {
    var theme = localStorage.getItem('coterie.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch (error) {
    // A browser that keeps nothing follows the system.
  }
})();
