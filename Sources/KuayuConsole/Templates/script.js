(function(){
"use strict";
document.querySelectorAll("[data-breaks]").forEach(function(box){
var tools=box.querySelector(".tools");
if(!tools)return;
var text=tools.querySelector("input"),hub=tools.querySelector("select"),shown=tools.querySelector("output");
var rows=Array.prototype.slice.call(box.querySelectorAll("tr[data-hub]"));
tools.hidden=false;
function filter(){
var words=text.value.trim().toLowerCase(),n=0,active=words!==""||hub.value!=="";
rows.forEach(function(r){var ok=(hub.value===""||r.dataset.hub===hub.value)&&(words===""||r.textContent.toLowerCase().indexOf(words)>=0);r.hidden=!ok;if(ok)n++;});
box.querySelectorAll("[data-group]").forEach(function(g){g.hidden=!g.querySelector("tr[data-hub]:not([hidden])");if(active)g.querySelectorAll("details").forEach(function(d){d.open=true;});});
shown.textContent=n+" / "+rows.length;
}
text.addEventListener("input",filter);hub.addEventListener("change",filter);filter();
box.querySelectorAll("th[data-sort]").forEach(function(th){
var b=document.createElement("button");b.type="button";b.textContent=th.textContent;th.textContent="";th.appendChild(b);
b.addEventListener("click",function(){
var up=th.getAttribute("aria-sort")!=="ascending",body=th.closest("table").tBodies[0],at=th.cellIndex;
th.parentNode.querySelectorAll("th").forEach(function(o){o.removeAttribute("aria-sort");});
th.setAttribute("aria-sort",up?"ascending":"descending");
Array.prototype.slice.call(body.rows).sort(function(a,c){
var x=a.cells[at].dataset.key||a.cells[at].textContent,y=c.cells[at].dataset.key||c.cells[at].textContent;
var d=th.dataset.sort==="n"?x-y:x<y?-1:x>y?1:0;return up?d:-d;
}).forEach(function(r){body.appendChild(r);});
});});});
})();
