using System.Reflection;
using System.Text;
using Cqlite.Core.Errors;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests;

/// <summary>
/// What others can build upon is listed in PublicSurface.txt, so that a change of it is seen and meant. Renew the list by running the
/// test with the environment variable CQLITE_RENEW set, and review the difference.
/// </summary>
public class PublicSurfaceTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_public_surface_is_the_listed_one()
    {
        string path = Path.Combine(Repository.Root, "tests", "Cqlite.Core.Tests", "PublicSurface.txt");
        string actual = Describe(typeof(CqliteException).Assembly);
        if (Environment.GetEnvironmentVariable("CQLITE_RENEW") is { Length: > 0 })
            File.WriteAllText(path, actual);
        TextDifference.Require(File.ReadAllText(path), actual, "the public surface");
    }

    private static string Describe(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName).Append('\n');
            IEnumerable<string> members = type.GetMembers(Own)
                .Where(IsVisible)
                .Select(m => m is MethodBase method ? $"{method.Name}({string.Join(", ", method.GetParameters().Select(p => Name(p.ParameterType)))})" : m.Name)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal);
            foreach (string member in members)
                text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Public and protected members, without accessors and what the compiler adds to records.</summary>
    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => (method.IsPublic || method.IsFamily) && (!method.IsSpecialName || method.IsConstructor)
            && method.Name is not ("<Clone>$" or "Equals" or "GetHashCode" or "ToString" or "PrintMembers" or "Deconstruct"),
        FieldInfo field => field is { IsPublic: true, IsSpecialName: false },
        PropertyInfo property => property.Name != "EqualityContract" && property.GetAccessors(nonPublic: false).Length > 0,
        EventInfo => true,
        _ => false,
    };

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
