namespace Cqlite.Fuzz;

internal static class Program
{
    public static int Main() => 0;
}
