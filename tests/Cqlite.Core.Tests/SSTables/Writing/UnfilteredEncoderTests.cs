using Cqlite.Core.Encoding;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Writing;

/// <summary>Rows of mutations are those of SSTables without the two sizes; the latter are proved by <see cref="IdentityTests"/>.</summary>
public sealed class UnfilteredEncoderTests
{
    [Theory]
    [CorpusTables(At = "5.0.9-nb", Theme = "types,keys,deletes,counters", WithSSTables = true)]
    public void Mutations_have_no_sizes(CorpusTable table)
    {
        foreach (SSTableDescriptor descriptor in SSTableFolder.FindIn(PhysicalFileSystem.Instance, table.DataDirectory))
        {
            using SSTable source = SSTable.Open(PhysicalFileSystem.Instance, descriptor);
            UnfilteredEncoder stored = new(source.Statistics.Header, source.Table, forSSTable: true);
            UnfilteredEncoder sent = new(source.Statistics.Header, source.Table, forSSTable: false);
            BufferWriter withSizes = new();
            BufferWriter without = new();
            using UnfilteredCursor cursor = source.Read(ReadRequest.All);
            while (cursor.MoveToNextPartition())
            {
                while (cursor.MoveToNextUnfiltered())
                {
                    withSizes.Clear();
                    without.Clear();
                    if (cursor.Kind == UnfilteredKind.Row)
                    {
                        stored.WriteRow(withSizes, cursor.Row, 1234);
                        sent.WriteRow(without, cursor.Row, 0);
                    }
                    else
                    {
                        stored.WriteMarker(withSizes, cursor.Marker, 1234);
                        sent.WriteMarker(without, cursor.Marker, 0);
                    }

                    int head = stored.LastClustering.End.Value;
                    SpanReader reader = new(withSizes.WrittenSpan[head..], "");
                    Assert.Equal(reader.ReadUnsignedVInt32(), reader.Remaining);
                    Assert.Equal(1234UL, reader.ReadUnsignedVInt());
                    Assert.Equal(withSizes.WrittenSpan[..head], without.WrittenSpan[..head]);
                    Assert.Equal(reader.Rest, without.WrittenSpan[head..]);
                }
            }
        }
    }
}
