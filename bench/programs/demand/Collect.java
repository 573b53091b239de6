import java.util.ArrayList;
import java.util.List;

/** Collects numbers, then waits for a thread that sleeps. */
public class Collect {
  public static void main(String[] args) throws InterruptedException {
    List<Long> kept = new ArrayList<>();
    for (long i = 0; i < 3_000_000; i++) kept.add(i * 7919 % 1_000_003);
    Thread sleeper = new Thread(() -> {
      try {
        Thread.sleep(700);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    });
    sleeper.start();
    sleeper.join();
    System.out.println(kept.stream().mapToLong(Long::longValue).sum());
  }
}
