package dev.penstock.scripting.web;
final class Uts46 { static @org.jspecify.annotations.Nullable String toAscii(String d) { try { return java.net.IDN.toASCII(java.text.Normalizer.normalize(d, java.text.Normalizer.Form.NFKC).toLowerCase(java.util.Locale.ROOT), java.net.IDN.ALLOW_UNASSIGNED); } catch (IllegalArgumentException e) { return null; } } }
