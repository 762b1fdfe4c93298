/** Joins class names; what is false, null or undefined is left out. */
export { cx as cn } from "class-variance-authority";
