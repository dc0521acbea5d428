using System.Runtime.InteropServices;

namespace Cqlite.Benchmarks.Codecs;

/// <summary>The originals in C, where the machine has them: what our codecs are measured against.</summary>
internal sealed unsafe class NativeCodecs
{
    private readonly delegate* unmanaged<byte*, byte*, int, int, int> _lz4Decompress;
    private readonly delegate* unmanaged<byte*, byte*, int, int, int> _lz4Compress;
    private readonly delegate* unmanaged<byte*, nuint, byte*, nuint*, int> _snappyDecompress;
    private readonly delegate* unmanaged<byte*, nuint, byte*, nuint*, int> _snappyCompress;
    private readonly delegate* unmanaged<void*, byte*, nuint, byte*, nuint, nuint> _zstdDecompress;
    private readonly delegate* unmanaged<void*, byte*, nuint, byte*, nuint, int, nuint> _zstdCompress;
    private readonly void* _zstdDecompressor;
    private readonly void* _zstdCompressor;

    public NativeCodecs()
    {
        if (Load("lz4", "liblz4.so.1", "liblz4.dylib", "liblz4.dll") is nint lz4 and not 0)
        {
            _lz4Decompress = (delegate* unmanaged<byte*, byte*, int, int, int>)NativeLibrary.GetExport(lz4, "LZ4_decompress_safe");
            _lz4Compress = (delegate* unmanaged<byte*, byte*, int, int, int>)NativeLibrary.GetExport(lz4, "LZ4_compress_default");
        }

        if (Load("snappy", "libsnappy.so.1", "libsnappy.dylib", "snappy.dll") is nint snappy and not 0)
        {
            _snappyDecompress = (delegate* unmanaged<byte*, nuint, byte*, nuint*, int>)NativeLibrary.GetExport(snappy, "snappy_uncompress");
            _snappyCompress = (delegate* unmanaged<byte*, nuint, byte*, nuint*, int>)NativeLibrary.GetExport(snappy, "snappy_compress");
        }

        if (Load("zstd", "libzstd.so.1", "libzstd.dylib", "libzstd.dll") is nint zstd and not 0)
        {
            _zstdDecompressor = ((delegate* unmanaged<void*>)NativeLibrary.GetExport(zstd, "ZSTD_createDCtx"))();
            _zstdCompressor = ((delegate* unmanaged<void*>)NativeLibrary.GetExport(zstd, "ZSTD_createCCtx"))();
            _zstdDecompress =
                (delegate* unmanaged<void*, byte*, nuint, byte*, nuint, nuint>)NativeLibrary.GetExport(zstd, "ZSTD_decompressDCtx");
            _zstdCompress =
                (delegate* unmanaged<void*, byte*, nuint, byte*, nuint, int, nuint>)NativeLibrary.GetExport(zstd, "ZSTD_compressCCtx");
        }
    }

    public bool HasLz4 => _lz4Decompress != null;

    public bool HasSnappy => _snappyDecompress != null;

    public bool HasZstd => _zstdDecompress != null;

    public int DecompressLz4(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            return _lz4Decompress(from, to, source.Length, destination.Length);
        }
    }

    public int CompressLz4(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            return _lz4Compress(from, to, source.Length, destination.Length);
        }
    }

    public int DecompressSnappy(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        nuint length = (nuint)destination.Length;
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            return _snappyDecompress(from, (nuint)source.Length, to, &length) == 0 ? (int)length : -1;
        }
    }

    public int CompressSnappy(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        nuint length = (nuint)destination.Length;
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            return _snappyCompress(from, (nuint)source.Length, to, &length) == 0 ? (int)length : -1;
        }
    }

    public int DecompressZstd(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            return (int)_zstdDecompress(_zstdDecompressor, to, (nuint)destination.Length, from, (nuint)source.Length);
        }
    }

    public int CompressZstd(ReadOnlySpan<byte> source, Span<byte> destination, int level)
    {
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            return (int)_zstdCompress(_zstdCompressor, to, (nuint)destination.Length, from, (nuint)source.Length, level);
        }
    }

    private static nint Load(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return library;
            }
        }

        return 0;
    }
}
