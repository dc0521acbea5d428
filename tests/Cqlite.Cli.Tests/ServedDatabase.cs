using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Cqlite.Cli.Tests;

/// <summary>A database or folder behind <c>cqlite serve</c>, in a process of its own: what stands for a cluster.</summary>
internal sealed class ServedDatabase : IDisposable
{
    private readonly Process _process;

    /// <summary>Begins to serve; once this returns, it answers.</summary>
    public ServedDatabase(string path, params string[] options)
    {
        _process = CqliteProcess.Start(["serve", "--database", path, "--port", "0", "--json", .. options]);
        JsonElement said = JsonSerializer.Deserialize<JsonElement>(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException(_process.StandardError.ReadToEnd()));
        Port = said.GetProperty("port").GetInt32().ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The port.</summary>
    public string Port { get; }

    /// <summary>Address and port.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
