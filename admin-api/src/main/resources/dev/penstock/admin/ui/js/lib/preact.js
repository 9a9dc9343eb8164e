// The one place that knows where the rendering library lies.
export {
  html, render, createContext, useState, useReducer, useEffect, useLayoutEffect, useRef, useMemo, useCallback,
  useContext, useErrorBoundary, useImperativeHandle,
} from "../../vendor/preact.js";
