/** How a daemon's line begins by which it tells who has started it that it is up. */
export const READY = "taskmaster is running in the background";
