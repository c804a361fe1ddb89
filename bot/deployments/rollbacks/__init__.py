"""Going back: to which state, by whom, by Git or by Argo CD itself."""
