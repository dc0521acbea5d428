using System.Net;
using System.Net.Sockets;

namespace Cqlite.Testing;

/// <summary>
/// Addresses of this machine on which nobody else listens or connects. A port that was found free, or that a server has left and is to take again, may be taken by
/// anybody in between on 127.0.0.1, where each connection of each process gets one; on an address of one's own it stays free, and who asks there finds no stranger.
/// </summary>
/// <remarks>All of 127.0.0.0/8 is this machine on Linux and Windows; where it is not, 127.0.0.1 must do.</remarks>
public static class OwnAddress
{
    private const int Networks = 64;
    private static readonly bool s_hasAll = CanListen(new IPAddress([127, 64, 0, 1]));
    private static int s_last = Random.Shared.Next();

    /// <summary>Another one with each call; other processes begin elsewhere.</summary>
    public static IPAddress Next()
    {
        if (!s_hasAll)
            return IPAddress.Loopback;
        uint number = (uint)Interlocked.Increment(ref s_last);
        return new IPAddress([127, (byte)(Networks + ((number >> 16) % Networks)), (byte)(number >> 8), (byte)(1 + (number % 254))]);
    }

    /// <summary>Another one with each call, and so many of its ports that nobody listens on.</summary>
    public static IPEndPoint[] NextWithPorts(int count)
    {
        IPAddress address = Next();
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(address, 0))];
        try
        {
            foreach (TcpListener listener in listeners)
                listener.Start();
            return [.. listeners.Select(l => (IPEndPoint)l.LocalEndpoint)];
        }
        finally
        {
            foreach (TcpListener listener in listeners)
                listener.Dispose();
        }
    }

    private static bool CanListen(IPAddress address)
    {
        try
        {
            using TcpListener listener = new(address, 0);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
