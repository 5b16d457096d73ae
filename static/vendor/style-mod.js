/*! style-mod 4.1.5

Copyright (C) 2018 by Marijn Haverbeke <marijn@haverbeke.berlin> and others

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.
*/
const C="ͼ",COUNT=typeof Symbol=="undefined"?"__"+C:Symbol.for(C),SET=typeof Symbol=="undefined"?"__styleSet"+Math.floor(Math.random()*1e8):Symbol("styleSet"),top=typeof globalThis!="undefined"?globalThis:typeof window!="undefined"?window:{};export class StyleModule{constructor(e,t){this.rules=[];let{finish:s}=t||{};function n(e,t,o,i){let r=[],a=/^@(\w+)\b/.exec(e[0]),c=a&&a[1]=="keyframes";if(a&&t==null)return o.push(e[0]+";");for(let s in t){let i=t[s];if(/&/.test(s))n(s.split(/,\s*/).map(t=>e.map(e=>t.replace(/&/,e))).reduce((e,t)=>e.concat(t)),i,o);else if(i&&typeof i=="object"){if(!a)throw new RangeError("The value of a property ("+s+") should be a primitive value.");n(splitSelector(s),i,r,c)}else i!=null&&(/^--/.test(s)||(s=s.replace(/_.*/,"").replace(/[A-Z]/g,e=>"-"+e.toLowerCase())),r.push(s+": "+i+";"))}(r.length||c)&&o.push((s&&!a&&!i?e.map(s):e).join(", ")+" {"+r.join(" ")+"}")}for(let t in e)n(splitSelector(t),e[t],this.rules)}getRules(){return this.rules.join(`
`)}static newName(){let e=top[COUNT]||1;return top[COUNT]=e+1,C+e.toString(36)}static mount(e,t,n){let s=e[SET],o=n&&n.nonce;s?o&&s.setNonce(o):s=new StyleSet(e,o),s.mount(Array.isArray(t)?t:[t],e)}}function splitSelector(e){if(/^@/.test(e))return[e];let s=[],o=0,t=null,i=0,n=0;for(let r=0;r<e.length;r++){let a=e[r];a=="\\"?r++:a=='"'||a=="'"?a==t?t=!1:t||(t=a):(a=="["||a=="(")&&!t?o++:(a=="]"||a==")")&&!t?o--:a==","&&!o&&!t&&(s.push(e.slice(n,i)),n=r+1),/\S/.test(a)?i=r+1:r==n&&n++}return s.push(e.slice(n,i)),s}let adoptedSet=new Map;class StyleSet{constructor(e,t){let n=e.ownerDocument||e,s=n.defaultView;if(!e.head&&e.adoptedStyleSheets&&s.CSSStyleSheet){let t=adoptedSet.get(n);if(t)return e[SET]=t;this.sheet=new s.CSSStyleSheet,adoptedSet.set(n,this)}else this.styleTag=n.createElement("style"),t&&this.styleTag.setAttribute("nonce",t);this.modules=[],e[SET]=this}mount(e,t){let s=this.sheet,o=0,n=0,i=!1;for(let r=0;r<e.length;r++){let a=e[r],t=this.modules.indexOf(a);if(t<n&&t>-1&&(this.modules.splice(t,1),i=!0,n--,t=-1),t==-1){if(this.modules.splice(n++,0,a),i=!0,s)for(let e=0;e<a.rules.length;e++)s.insertRule(a.rules[e],o++)}else{for(;n<t;)o+=this.modules[n++].rules.length;o+=a.rules.length,n++}}if(s)t.adoptedStyleSheets.indexOf(this.sheet)<0&&(t.adoptedStyleSheets=[this.sheet,...t.adoptedStyleSheets]);else{if(i){let e="";for(let t=0;t<this.modules.length;t++)e+=this.modules[t].getRules()+`
`;this.styleTag.textContent=e}let e=t.head||t;this.styleTag.parentNode!=e&&e.insertBefore(this.styleTag,e.firstChild)}}setNonce(e){this.styleTag&&this.styleTag.getAttribute("nonce")!=e&&this.styleTag.setAttribute("nonce",e)}}
