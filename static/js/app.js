// What every page may use. Each custom element is a file of its own; pages work without any of them.
import "./choice.js";
import "./file.js";
import "./gets.js";
import "./list.js";
import "./photos.js";
import "./print.js";
import "./proposal.js";
import "./reveal.js";
import "./stepper.js";
import "./submit-once.js";
import "./suggest.js";
import "./place.js";
import "./saved.js";
import "./scan.js";
import "./copy.js";
import "./zoom.js";
import "./worker.js";
