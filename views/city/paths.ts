/** The addresses of the iHanoi sample app, once. */
export const ihanoiPaths = {
  home: '/ihanoi',
  login: '/ihanoi/login',
  me: '/ihanoi/me',
  logout: '/ihanoi/logout',
} as const;
