import './styles/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { watchInstallOffers } from './offline/installation.ts';
import { offlineApp } from './offline/offline-app.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root"');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

watchInstallOffers();
// What the development server serves changes all the time.
if (import.meta.env.PROD) void offlineApp.start(new URL('sw.js', document.baseURI));
