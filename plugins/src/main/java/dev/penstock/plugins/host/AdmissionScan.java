package dev.penstock.plugins.host;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a plugin's own classes, before any of them is loaded, for calls that a gateway
 * should not make: those that end the process or use the JDK's internals, wherever they stand, and
 * those that wait, where a worker can come to them.
 *
 * <p>A worker comes to the phase methods of filters and to balancers, and to what these call within
 * the JAR, lambdas included. Where a JAR has BLOCKING filters, nobody can tell which of them a call
 * belongs to, and waiting is not looked for. It is a help against mistakes, not a sandbox: what is
 * called by reflection, or by a library, is not seen.
 */
final class AdmissionScan {
  private static final String FILTER = "dev/penstock/engine/spi/Filter";
  private static final String BALANCER = "dev/penstock/engine/spi/Balancer";
  private static final String TEMPLATE = "dev/penstock/engine/spi/FilterTemplate";
  private static final String EXECUTION = "dev/penstock/engine/spi/Execution";

  private final Map<String, ClassFacts> classes = new HashMap<>();
  private final Map<Call, List<Call>> callsOf = new HashMap<>();
  private final Set<String> findings = new LinkedHashSet<>();
  private boolean hasBlockingFilters;

  /** A method, by the names of the class file. */
  record Call(String owner, String name, String type) {
    String text() {
      return owner.replace('/', '.') + "." + name;
    }
  }

  private record ClassFacts(String superclass, List<String> interfaces, List<Call> methods) {}

  private AdmissionScan() {}

  /** Sentences about what was found, in the order of the archive. */
  static List<String> of(Path jar) throws IOException, Refusal {
    AdmissionScan scan = new AdmissionScan();
    try (JarFile file = new JarFile(jar.toFile())) {
      Enumeration<JarEntry> entries = file.entries();
      while (entries.hasMoreElements()) {
        JarEntry entry = entries.nextElement();
        if (!entry.getName().endsWith(".class") || entry.getName().startsWith("META-INF/"))
          continue;
        scan.read(entry.getName(), file.getInputStream(entry).readAllBytes());
      }
    }
    if (!scan.hasBlockingFilters) scan.followWorkers();
    return List.copyOf(scan.findings);
  }

  private void read(String name, byte[] bytes) throws Refusal {
    try {
      ClassModel model = ClassFile.of().parse(bytes);
      String owner = model.thisClass().asInternalName();
      List<Call> methods = new ArrayList<>();
      for (MethodModel method : model.methods()) {
        Call self =
            new Call(owner, method.methodName().stringValue(), method.methodType().stringValue());
        methods.add(self);
        List<Call> calls = new ArrayList<>();
        method.code().ifPresent(code -> code.forEach(element -> read(self, element, calls)));
        callsOf.put(self, calls);
      }
      classes.put(
          owner,
          new ClassFacts(
              model.superclass().map(ClassEntry::asInternalName).orElse(""),
              model.interfaces().stream().map(ClassEntry::asInternalName).toList(),
              methods));
    } catch (IllegalArgumentException e) {
      throw new Refusal(name + " is no class file: " + e.getMessage(), "build the JAR again");
    }
  }

  private void read(Call self, CodeElement element, List<Call> calls) {
    switch (element) {
      case InvokeInstruction call ->
          calls.add(
              seen(
                  self,
                  new Call(
                      call.owner().asInternalName(),
                      call.name().stringValue(),
                      call.type().stringValue())));
      case InvokeDynamicInstruction lambda ->
          lambda
              .invokedynamic()
              .bootstrap()
              .arguments()
              .forEach(argument -> {
                if (argument instanceof MethodHandleEntry handle)
                  calls.add(
                      seen(
                          self,
                          new Call(
                              handle.reference().owner().asInternalName(),
                              handle.reference().name().stringValue(),
                              handle.reference().type().stringValue())));
              });
      case FieldInstruction field ->
          hasBlockingFilters |=
              field.owner().asInternalName().equals(EXECUTION)
                  && field.name().equalsString("BLOCKING");
      default -> {}
    }
  }

  private Call seen(Call self, Call called) {
    hasBlockingFilters |= called.owner().equals(TEMPLATE) && called.name().equals("blocking");
    if (Forbidden.endsTheProcess(called))
      findings.add(self.text() + " calls " + called.text() + ", which would end the gateway");
    if (Forbidden.isInternal(called.owner()))
      findings.add(
          self.text()
              + " uses "
              + called.owner().replace('/', '.')
              + ", which is internal to the JDK");
    return called;
  }

  // ---- where workers come to

  private void followWorkers() {
    Deque<Call> toDo = new ArrayDeque<>();
    Set<Call> known = new HashSet<>();
    classes.forEach((name, facts) -> {
      if (!isFor(name, FILTER) && !isFor(name, BALANCER)) return;
      for (Call method : facts.methods())
        if (isCalledByWorkers(method.name()) && known.add(method)) toDo.add(method);
    });
    while (!toDo.isEmpty()) {
      Call at = toDo.remove();
      for (Call called : callsOf.getOrDefault(at, List.of())) {
        if (Forbidden.waits(called))
          findings.add(
              at.text() + " can run on a worker and calls " + called.text() + ", which waits");
        Call own = own(called);
        if (own != null && known.add(own)) toDo.add(own);
      }
    }
  }

  private static boolean isCalledByWorkers(String method) {
    return method.startsWith("on") || method.equals("choose");
  }

  /** The method of the JAR that {@code called} means, or null. */
  private @Nullable Call own(Call called) {
    String owner = called.owner();
    while (classes.containsKey(owner)) {
      Call here = new Call(owner, called.name(), called.type());
      if (callsOf.containsKey(here)) return here;
      owner = classes.get(owner).superclass();
    }
    return null;
  }

  private boolean isFor(String name, String door) {
    ClassFacts facts = classes.get(name);
    if (facts == null) return name.equals(door);
    if (facts.interfaces().contains(door)) return true;
    for (String each : facts.interfaces())
      if (classes.containsKey(each) && isFor(each, door)) return true;
    return classes.containsKey(facts.superclass()) && isFor(facts.superclass(), door);
  }
}
