package dev.penstock.plugins.host;

import java.util.Map;
import java.util.Set;

/** Calls of the JDK that {@link AdmissionScan} looks for. */
final class Forbidden {
  private static final String ANY = "*";

  private static final Map<String, Set<String>> ENDS =
      Map.of("java/lang/System", Set.of("exit"), "java/lang/Runtime", Set.of("exit", "halt"));

  private static final Map<String, Set<String>> WAITS =
      Map.ofEntries(
          Map.entry("java/lang/Thread", Set.of("sleep", "join")),
          Map.entry("java/lang/Object", Set.of("wait")),
          Map.entry("java/lang/Process", Set.of("waitFor")),
          Map.entry("java/lang/ProcessBuilder", Set.of("start")),
          Map.entry("java/util/concurrent/Future", Set.of("get")),
          Map.entry("java/util/concurrent/CompletableFuture", Set.of("get", "join")),
          Map.entry("java/util/concurrent/CountDownLatch", Set.of("await")),
          Map.entry("java/util/concurrent/CyclicBarrier", Set.of("await")),
          Map.entry("java/util/concurrent/Semaphore", Set.of("acquire")),
          Map.entry("java/util/concurrent/BlockingQueue", Set.of("take", "put")),
          Map.entry("java/util/concurrent/LinkedBlockingQueue", Set.of("take", "put")),
          Map.entry("java/util/concurrent/ArrayBlockingQueue", Set.of("take", "put")),
          Map.entry(
              "java/util/concurrent/ExecutorService",
              Set.of("invokeAll", "invokeAny", "awaitTermination")),
          Map.entry(
              "java/util/concurrent/locks/LockSupport", Set.of("park", "parkNanos", "parkUntil")),
          Map.entry("java/net/Socket", Set.of(ANY)),
          Map.entry("java/net/ServerSocket", Set.of(ANY)),
          Map.entry("java/net/URLConnection", Set.of(ANY)),
          Map.entry("java/net/HttpURLConnection", Set.of(ANY)),
          Map.entry("java/net/URL", Set.of("openStream", "openConnection")),
          Map.entry(
              "java/net/InetAddress", Set.of("getByName", "getAllByName", "getCanonicalHostName")),
          Map.entry("java/net/http/HttpClient", Set.of("send")),
          Map.entry("java/nio/file/Files", Set.of(ANY)),
          Map.entry("java/io/FileInputStream", Set.of(ANY)),
          Map.entry("java/io/FileOutputStream", Set.of(ANY)),
          Map.entry("java/io/FileReader", Set.of(ANY)),
          Map.entry("java/io/FileWriter", Set.of(ANY)),
          Map.entry("java/io/RandomAccessFile", Set.of(ANY)));

  private Forbidden() {}

  static boolean endsTheProcess(AdmissionScan.Call call) {
    return contains(ENDS, call);
  }

  static boolean waits(AdmissionScan.Call call) {
    return call.owner().startsWith("java/sql/") || contains(WAITS, call);
  }

  static boolean isInternal(String owner) {
    return owner.startsWith("jdk/internal/")
        || owner.startsWith("sun/")
        || owner.startsWith("com/sun/") && !owner.startsWith("com/sun/net/httpserver/");
  }

  private static boolean contains(Map<String, Set<String>> table, AdmissionScan.Call call) {
    Set<String> names = table.get(call.owner());
    return names != null && (names.contains(ANY) || names.contains(call.name()));
  }
}
