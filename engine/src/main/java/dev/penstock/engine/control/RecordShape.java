package dev.penstock.engine.control;

import dev.penstock.engine.spi.Config;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a configuration record, in their order.
 *
 * <p>Kept per class, and let go with it: a plugin's records do not keep its class loader.
 */
final class RecordShape {
  private static final ClassValue<RecordShape> SHAPES =
      new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
          return new RecordShape(type.asSubclass(Record.class));
        }
      };

  private final Class<? extends Record> type;
  private final Constructor<? extends Record> constructor;
  private final List<Key> keys;
  private final @Nullable Key shorthand;
  private final @Nullable Key others;

  /** Decoded defaults, made when first needed; racing threads write equal values. */
  private final @Nullable Object[] defaults;

  /** One component. */
  record Key(
      String name,
      int index,
      Shape shape,
      @Nullable Range range,
      @Nullable String doc,
      @Nullable String defaultText,
      boolean isNullable,
      boolean isSecret,
      Method accessor) {
    boolean isRequired() {
      return defaultText == null && !isNullable;
    }
  }

  private RecordShape(Class<? extends Record> type) {
    this.type = type;
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(type + " has no canonical constructor", e);
    }
    List<Key> all = new ArrayList<>();
    Key single = null;
    Key rest = null;
    for (int i = 0; i < components.length; i++) {
      Key key = key(components[i], i);
      if (components[i].isAnnotationPresent(OtherKeys.class)) {
        rest = key;
        continue;
      }
      all.add(key);
      if (components[i].isAnnotationPresent(Config.Shorthand.class)) single = key;
    }
    keys = List.copyOf(all);
    shorthand = single;
    others = rest;
    defaults = new Object[components.length];
  }

  static RecordShape of(Class<? extends Record> type) {
    return SHAPES.get(type);
  }

  Class<? extends Record> type() {
    return type;
  }

  List<Key> keys() {
    return keys;
  }

  /** All components, {@link OtherKeys} included. */
  int size() {
    return keys.size() + (others == null ? 0 : 1);
  }

  List<String> names() {
    return keys.stream().map(Key::name).toList();
  }

  @Nullable Key find(String name) {
    for (Key key : keys) if (key.name.equals(name)) return key;
    return null;
  }

  /** The component that may stand for the whole record. */
  @Nullable Key shorthand() {
    return shorthand;
  }

  /** The component that takes a key which is none of {@link #keys}. */
  @Nullable Key others() {
    return others;
  }

  @Nullable String doc() {
    return doc(type);
  }

  /** The default as a node; text need not be quoted, although YAML would want that of a star. */
  static @Nullable Node defaultNode(Key key, Problems problems) {
    String text = String.valueOf(key.defaultText);
    boolean isBare =
        key.shape instanceof Shape.Text && !text.startsWith("\"") && !text.startsWith("'");
    return isBare
        ? new Node.Scalar(text, text, false, Place.START)
        : DocumentParser.parse(text, problems);
  }

  /** The value that stands when {@code key} is absent. */
  Object defaultOf(Key key, Registries registries) {
    Object known = defaults[key.index];
    if (known != null) return known;
    Problems problems = new Problems(type.getName() + "." + key.name);
    Node node = defaultNode(key, problems);
    Object value = null;
    if (node != null && key.shape instanceof Shape.Offered offered && offered.isFree()) {
      value = FreeForm.value(node);
    } else if (node != null) {
      value = new RecordDecoder(problems, registries).value(key.shape, node, ConfigPath.ROOT, key);
    }
    if (value == null) throw new IllegalStateException("a default is wrong: " + problems.inOrder());
    defaults[key.index] = value;
    return value;
  }

  Record create(@Nullable Object[] values) throws InvocationTargetException {
    try {
      return constructor.newInstance(values);
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  private static Key key(RecordComponent component, int index) {
    Shape shape;
    try {
      shape = shape(component.getGenericType(), component);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          component.getDeclaringRecord().getName()
              + "."
              + component.getName()
              + ": "
              + e.getMessage(),
          e);
    }
    Config.Range range = component.getAnnotation(Config.Range.class);
    Config.Default given = component.getAnnotation(Config.Default.class);
    Method accessor = component.getAccessor();
    accessor.setAccessible(true);
    return new Key(
        Names.lowerDash(component.getName()),
        index,
        shape,
        range == null ? null : Range.parse(range.value(), shape),
        doc(component),
        given == null ? null : given.value(),
        component.getAnnotatedType().isAnnotationPresent(Nullable.class),
        component.isAnnotationPresent(Config.Secret.class),
        accessor);
  }

  private static @Nullable String doc(AnnotatedElement element) {
    Config.Doc doc = element.getAnnotation(Config.Doc.class);
    return doc == null ? null : doc.value();
  }

  private static Shape shape(Type type, AnnotatedElement marks) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) return new Shape.ListOf(shape(arguments[0], marks));
      if (generic.getRawType() == Map.class && arguments[0] == String.class)
        return new Shape.MapOf(shape(arguments[1], marks));
      if (generic.getRawType() instanceof Class<?> raw) return shape(raw, marks);
    }
    if (type instanceof Class<?> raw) return shape(raw, marks);
    throw new IllegalArgumentException("a configuration cannot hold a " + type.getTypeName());
  }

  private static Shape shape(Class<?> type, AnnotatedElement marks) {
    Config.Offered offered = marks.getAnnotation(Config.Offered.class);
    if (type == ComponentConfig.class || (type == Object.class && offered != null)) {
      if (offered == null) throw new IllegalArgumentException("@Offered says what may stand here");
      return new Shape.Offered(offered.value(), type == Object.class);
    }
    if (type == String.class) return new Shape.Text();
    if (type == boolean.class || type == Boolean.class) return new Shape.Flag();
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return marks.isAnnotationPresent(Config.Bytes.class)
          ? new Shape.Size(type)
          : new Shape.Whole(type);
    }
    if (type == double.class || type == Double.class) {
      return marks.isAnnotationPresent(Config.Percent.class)
          ? new Shape.Share()
          : new Shape.Decimal();
    }
    if (type == Duration.class) return new Shape.Time();
    if (type == Path.class) return new Shape.FilePath();
    if (type == URI.class) return new Shape.Address();
    if (type == Pattern.class) return new Shape.Expression();
    if (type == Object.class) return new Shape.Free();
    if (type.isEnum()) return choice(type);
    Method parse = parse(type);
    if (parse != null) return new Shape.Parsed(type, parse);
    if (type.isRecord()) return new Shape.RecordOf(type.asSubclass(Record.class));
    if (type.isSealed()) return oneOf(type);
    throw new IllegalArgumentException("a configuration cannot hold a " + type.getName());
  }

  private static Shape choice(Class<?> type) {
    Map<String, Object> words = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants())
      words.put(Names.lowerDash(((Enum<?>) constant).name()), constant);
    return new Shape.Choice(words);
  }

  private static @Nullable Method parse(Class<?> type) {
    try {
      Method parse = type.getMethod("parse", String.class);
      if (!Modifier.isStatic(parse.getModifiers()) || !type.isAssignableFrom(parse.getReturnType()))
        return null;
      parse.setAccessible(true);
      return parse;
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  private static Shape oneOf(Class<?> type) {
    Map<String, Class<? extends Record>> records = new LinkedHashMap<>();
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      if (!permitted.isRecord())
        throw new IllegalArgumentException(permitted.getName() + " is not a record");
      records.put(Names.lowerDash(permitted.getSimpleName()), permitted.asSubclass(Record.class));
    }
    return new Shape.OneOf(type, records);
  }
}
