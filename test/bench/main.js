// `npm run bench -- [PEOPLE]`: the file that follows is TypeScript, which Node reads by itself from 22.18 on.
import './main.ts';
