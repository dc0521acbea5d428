using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Text;
using Cqlite.Core.Query;
using Cqlite.Core.Types;
using CqlitePS.Objects;

namespace CqlitePS.Rows;

/// <summary>Makes the row object of what a result stands on.</summary>
internal delegate CqlRow RowReader(QueryResult result);

/// <summary>
/// Makes types of rows, one a shape, and the code that fills them from a result. docs/decisions has the measurements that led here:
/// objects with note properties cost twice the time and four times the memory.
/// </summary>
internal static class RowFactory
{
    private static readonly ConcurrentDictionary<string, Shape> Shapes = new(StringComparer.Ordinal);
    private static readonly ModuleBuilder Module = AssemblyBuilder
        .DefineDynamicAssembly(new AssemblyName("CqlitePS.Rows"), AssemblyBuilderAccess.Run)
        .DefineDynamicModule("CqlitePS.Rows");

    private static int _made;

    private delegate CqlRow Fill(CqlType[] types, QueryResult result);

    /// <summary>The reader for results of these columns.</summary>
    public static RowReader For(IReadOnlyList<ResultColumn> columns)
    {
        Shape shape = Shapes.GetOrAdd(KeyOf(columns), static (_, c) => Make(c), columns);
        Fill fill = shape.Fill;
        CqlType[] types = [.. columns.Select(c => c.Type)];
        return result => fill(types, result);
    }

    /// <summary>The names of the properties: the columns' own, but for columns that PowerShell, which does not look at case, could not tell apart.</summary>
    public static string[] PropertyNames(IReadOnlyList<ResultColumn> columns)
    {
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        string[] names = [.. columns.Select(c => c.Name)];
        HashSet<string> all = new(names, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < names.Length; i++)
        {
            if (seen.Add(names[i]))
                continue;
            int number = 2;
            while (!all.Add($"{names[i]}_{number}"))
                number++;
            names[i] = $"{names[i]}_{number}";
        }

        return names;
    }

    private static string KeyOf(IReadOnlyList<ResultColumn> columns)
    {
        StringBuilder key = new();
        foreach (ResultColumn column in columns)
            key.Append(column.Name.Length).Append(':').Append(column.Name).Append(' ').Append(ValueReader.For(column.Type).Name).Append('\n');
        return key.ToString();
    }

    private static Shape Make(IReadOnlyList<ResultColumn> columns)
    {
        // Types of one name may stand in one module only if their namespaces differ; the number tells shapes of one table apart.
        int number = Interlocked.Increment(ref _made);
        string[] names = PropertyNames(columns);
        FieldBuilder[] fields = new FieldBuilder[names.Length];
        ConstructorInfo created = typeof(CqlRow).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, [])!;
        Type made;
        lock (Module)
        {
            TypeBuilder type = Module.DefineType($"CqlitePS.Rows.Row{number}", TypeAttributes.Public | TypeAttributes.Sealed | TypeAttributes.Class, typeof(CqlRow));
            ILGenerator constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, []).GetILGenerator();
            constructor.Emit(OpCodes.Ldarg_0);
            constructor.Emit(OpCodes.Call, created);
            constructor.Emit(OpCodes.Ret);
            for (int i = 0; i < names.Length; i++)
                fields[i] = DefineProperty(type, names[i], ValueReader.For(columns[i].Type).ReturnType, i);
            made = type.CreateType();
        }

        return new Shape(CompileFill(made, columns));
    }

    private static FieldBuilder DefineProperty(TypeBuilder type, string name, Type valueType, int index)
    {
        const MethodAttributes Accessor = MethodAttributes.Public | MethodAttributes.SpecialName | MethodAttributes.HideBySig;
        FieldBuilder field = type.DefineField($"_{index}", valueType, FieldAttributes.Private);
        PropertyBuilder property = type.DefineProperty(name, PropertyAttributes.None, valueType, []);
        MethodBuilder getter = type.DefineMethod($"get_{name}", Accessor, valueType, []);
        ILGenerator get = getter.GetILGenerator();
        get.Emit(OpCodes.Ldarg_0);
        get.Emit(OpCodes.Ldfld, field);
        get.Emit(OpCodes.Ret);
        property.SetGetMethod(getter);
        MethodBuilder setter = type.DefineMethod($"set_{name}", Accessor, typeof(void), [valueType]);
        ILGenerator set = setter.GetILGenerator();
        set.Emit(OpCodes.Ldarg_0);
        set.Emit(OpCodes.Ldarg_1);
        set.Emit(OpCodes.Stfld, field);
        set.Emit(OpCodes.Ret);
        property.SetSetMethod(setter);
        return field;
    }

    // The code is outside of the made type since it calls what is internal here and sets what is private there.
    private static Fill CompileFill(Type made, IReadOnlyList<ResultColumn> columns)
    {
        DynamicMethod method = new("Fill", typeof(CqlRow), [typeof(CqlType[]), typeof(QueryResult)], typeof(RowFactory).Module, skipVisibility: true);
        ILGenerator code = method.GetILGenerator();
        code.Emit(OpCodes.Newobj, made.GetConstructor([])!);
        for (int i = 0; i < columns.Count; i++)
        {
            code.Emit(OpCodes.Dup);
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Ldc_I4, i);
            code.Emit(OpCodes.Call, ValueReader.For(columns[i].Type));
            code.Emit(OpCodes.Stfld, made.GetField($"_{i}", BindingFlags.Instance | BindingFlags.NonPublic)!);
        }

        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Fill>();
    }

    private sealed record Shape(Fill Fill);
}
