package dev.penstock.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;
import org.xbill.DNS.hosts.HostsFileParser;

/** U19: what becomes of the answers of a server. */
class DnsNameResolverTest {
  private final FakeServer server = new FakeServer();
  @TempDir private Path folder;
  private DnsNameResolver resolver;

  @BeforeEach
  void resolver() throws IOException {
    Path hosts = Files.writeString(folder.resolve("hosts"), "10.9.9.9 pinned.test\n");
    resolver = DnsNameResolver.of(server, new HostsFileParser(hosts));
  }

  @Test
  void familiesTakeTurnsAndTheShortestTtlCounts() throws Exception {
    server.answer("both.test.", Type.A, 60, "10.0.0.1", "10.0.0.2", "10.0.0.3");
    server.answer("both.test.", Type.AAAA, 30, "2001:db8::1", "2001:db8::2");
    NameResolver.Answer answer = resolve("both.test");
    assertThat(answer.addresses())
        .extracting(InetAddress::getHostAddress)
        .hasSize(5)
        .satisfies(all -> assertThat(all.get(0)).startsWith("2001:db8"))
        .satisfies(all -> assertThat(all.get(1)).startsWith("10.0.0"))
        .satisfies(all -> assertThat(all.get(2)).startsWith("2001:db8"))
        .satisfies(all -> assertThat(all.get(4)).startsWith("10.0.0"));
    assertThat(answer.ttl()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void oneFamilyIsEnoughWhateverBecomesOfTheOther() throws Exception {
    server.answer("four.test.", Type.A, 60, "10.0.0.1");
    server.fail("four.test.", Type.AAAA);
    assertThat(resolve("four.test").addresses()).containsExactly(address("10.0.0.1"));
  }

  @Test
  void onlyTheWantedFamilyIsAsked() throws Exception {
    server.answer("both.test.", Type.A, 60, "10.0.0.1");
    server.answer("both.test.", Type.AAAA, 60, "2001:db8::1");
    NameResolver.Answer answer =
        resolver.resolve("both.test", DiscoveryRules.Family.IPV4).get(5, TimeUnit.SECONDS);
    assertThat(answer.addresses()).containsExactly(address("10.0.0.1"));
    assertThat(server.asked).containsExactly("both.test. A");
  }

  @Test
  void anAliasIsFollowed() throws Exception {
    server.alias("www.test.", 5, "real.test.");
    server.answer("real.test.", Type.A, 60, "10.0.0.1");
    assertThat(resolve("www.test").addresses()).containsExactly(address("10.0.0.1"));
  }

  @Test
  void aNameThatIsNotThereIsToldFromAServerThatFails() {
    assertThatThrownBy(() -> resolve("none.test"))
        .cause()
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("none.test");
    server.fail("down.test.", Type.A);
    server.fail("down.test.", Type.AAAA);
    assertThatThrownBy(() -> resolve("down.test"))
        .cause()
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(UnknownHostException.class);
  }

  @Test
  void theHostsFileComesBeforeTheServer() throws Exception {
    server.answer("pinned.test.", Type.A, 60, "10.0.0.1");
    assertThat(resolve("pinned.test").addresses()).containsExactly(address("10.9.9.9"));
    assertThat(server.asked).isEmpty();
  }

  @Test
  void localhostAndLiteralsAskNobody() throws Exception {
    assertThat(resolve("localhost").addresses())
        .containsExactly(address("127.0.0.1"), address("::1"));
    assertThat(resolve("app.localhost").addresses()).contains(address("127.0.0.1"));
    assertThat(resolve("192.0.2.7").addresses()).containsExactly(address("192.0.2.7"));
    assertThat(resolve("2001:db8::7").addresses()).containsExactly(address("2001:db8::7"));
    assertThat(server.asked).isEmpty();
  }

  private NameResolver.Answer resolve(String host) throws Exception {
    return resolver.resolve(host, DiscoveryRules.Family.ANY).get(5, TimeUnit.SECONDS);
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  /** A server without a network. */
  private static final class FakeServer implements Resolver {
    final List<String> asked = new ArrayList<>();
    private final List<Record> records = new ArrayList<>();
    private final List<String> failing = new ArrayList<>();

    void answer(String name, int type, long ttl, String... addresses) throws IOException {
      for (String each : addresses) {
        Name at = Name.fromString(name);
        InetAddress address = InetAddress.ofLiteral(each);
        records.add(
            type == Type.A
                ? new ARecord(at, DClass.IN, ttl, address)
                : new AAAARecord(at, DClass.IN, ttl, address));
      }
    }

    void alias(String name, long ttl, String target) throws IOException {
      records.add(new CNAMERecord(Name.fromString(name), DClass.IN, ttl, Name.fromString(target)));
    }

    void fail(String name, int type) {
      failing.add(name + " " + Type.string(type));
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query, Executor executor) {
      return sendAsync(query);
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query) {
      Record question = query.getQuestion();
      String asks = question.getName() + " " + Type.string(question.getType());
      asked.add(asks);
      Message response = new Message(query.getHeader().getID());
      response.getHeader().setFlag(Flags.QR);
      response.addRecord(question, Section.QUESTION);
      boolean exists = false;
      if (failing.contains(asks)) {
        response.getHeader().setRcode(Rcode.SERVFAIL);
        return CompletableFuture.completedFuture(response);
      }
      for (Record each : records) {
        if (!each.getName().equals(question.getName())) continue;
        exists = true;
        if (each.getType() == question.getType() || each.getType() == Type.CNAME) {
          response.addRecord(each, Section.ANSWER);
        }
      }
      if (!exists) response.getHeader().setRcode(Rcode.NXDOMAIN);
      return CompletableFuture.completedFuture(response);
    }

    @Override
    public void setPort(int port) {}

    @Override
    public void setTCP(boolean flag) {}

    @Override
    public void setIgnoreTruncation(boolean flag) {}

    @Override
    public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {}

    @Override
    public void setTSIGKey(TSIG key) {}

    @Override
    public void setTimeout(Duration timeout) {}
  }
}
