// What every page may use. Each custom element is a file of its own; pages work without any of them.
import "./stepper.js";
import "./submit-once.js";
