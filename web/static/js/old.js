// For browsers too old for this page's modules; written for them. The sentence itself stands in the page, in its language.
(function () {
  window.addEventListener("load", function () {
    if (document.documentElement.getAttribute("data-script") === "running") return;
    document.querySelector("[data-screen=check]").hidden = true;
    document.querySelector("[data-old-browser]").hidden = false;
  });
})();
