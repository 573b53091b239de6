/** Arithmetic alone. */
public class Primes {
  public static void main(String[] args) {
    int found = 0;
    for (int n = 2; n < 300_000; n++) {
      boolean isPrime = true;
      for (int d = 2; d * d <= n && isPrime; d++) isPrime = n % d != 0;
      if (isPrime) found++;
    }
    System.out.println(found);
  }
}
