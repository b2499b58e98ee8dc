// Filters: without this script the page shows everything and lacks nothing.
(function () {
  "use strict";
  var form = document.querySelector(".filters");
  if (!form) return;
  var rows = Array.prototype.slice.call(document.querySelectorAll("tr[data-outcome]"));
  var sections = Array.prototype.slice.call(document.querySelectorAll("section.article"));
  var parties = rows.map(function (row) { return " " + row.dataset.parties + " "; });
  var each = rows.map(function (row) { return row.dataset.each ? row.dataset.each.split(" ") : null; });
  var none = document.querySelector(".none-left");
  function apply() {
    var party = form.elements.party.value, article = form.elements.article.value, outcome = form.elements.outcome.value;
    var shown = 0;
    rows.forEach(function (row, i) {
      var fits = (!party || parties[i].indexOf(" " + party + " ") >= 0) &&
        (!article || row.dataset.article === article) && (!outcome || row.dataset.outcome === outcome);
      row.hidden = !fits;
      if (!fits) return;
      shown += !party ? Number(row.dataset.count) : each[i] ? Number(each[i][parties[i].trim().split(" ").indexOf(party)]) : 1;
    });
    sections.forEach(function (section) { section.hidden = !section.querySelector("tr[data-outcome]:not([hidden])"); });
    form.elements.count.value = shown;
    none.hidden = shown > 0;
  }
  form.addEventListener("change", apply);
  form.addEventListener("reset", function () { setTimeout(apply, 0); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.hidden = false;
  apply();
  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = Array.prototype.slice.call(document.querySelectorAll("tr:not([hidden]) details:not([open])"));
    if (closed.length > 200) closed = [];
    closed.forEach(function (panel) { panel.open = true; });
  });
  window.addEventListener("afterprint", function () { closed.forEach(function (panel) { panel.open = false; }); });
})();
