/** Between the completion scripts and the hidden verb that answers them. */

/** Stands before the words of the line. */
export const COMPLETE_VERB = "__complete";

/** Printed instead of words where the shell is to offer its files; no word begins with ":". */
export const FILES = ":files";
