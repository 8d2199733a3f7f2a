/** Loaded before the program: it lives so many milliseconds later than everybody else. */
const real = Date.now;
const later = Number(process.env.SCENARIO_LATER ?? 0);
Date.now = () => real() + later;
