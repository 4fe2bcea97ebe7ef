using System.Text;
using Orchestration.Samples.Shared;
using Orchestration.Samples.Tests.Support;
using Orchestration.Samples.WordCount.Counting;
using Orchestration.Workflows;

namespace Orchestration.Samples.Tests.WordCount;

public sealed class TextsTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Texts _texts;

    public TextsTests() => _texts = new Texts(new FileBook<Part>(_directory.File("parts")));

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("", 0)]
    [InlineData("one", 1)]
    [InlineData("It's 7 o'clock - Grüße, Ελλάδα!", 7)]
    [InlineData("Word WORD wOrd", 3)]
    public void Words_AnyText_AreLettersAndDigitsInARow(string text, int words)
    {
        var table = new Dictionary<string, long>();
        Words.CountInto(table, text);
        Assert.Equal(words, table.Values.Sum());
    }

    [Theory]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(1 << 20)]
    public async Task Split_AnyChunk_CoversTheFileAndSplitsNoWord(int chunkBytes)
    {
        var text = string.Concat(Enumerable.Range(0, 500).Select(static i => $"Straße{i % 7}\nδρόμος {i} "));
        var file = Write("text.txt", Encoding.UTF8.GetBytes(text));

        var chunks = await _texts.SplitAsync(file, chunkBytes);

        var bytes = await File.ReadAllBytesAsync(file);
        var table = new Dictionary<string, long>();
        long position = 0;
        foreach (var chunk in chunks)
        {
            Assert.Equal(position, chunk.Start);
            position += chunk.Length;
            Words.CountInto(table, Tally.Strict.GetString(bytes, (int)chunk.Start, chunk.Length));
        }

        Assert.Equal(bytes.Length, position);
        Assert.True(Tally.Agree(Tally.Of(table, 100, 0), Tally.CountPlainly([file], 100)));
    }

    [Fact]
    public async Task Split_WhatCannotBeRead_FailsForGood()
    {
        var missing = await Assert.ThrowsAsync<ApplicationFailure>(() => _texts.SplitAsync(_directory.File("none.txt"), 100));
        Assert.True(missing.NonRetryable);
        var noText = Write("blob.bin", new byte[100_000]);
        var endless = await Assert.ThrowsAsync<ApplicationFailure>(() => _texts.SplitAsync(noText, 100));
        Assert.True(endless.NonRetryable);
    }

    [Fact]
    public async Task Split_EmptyFile_HasNoChunks() => Assert.Empty(await _texts.SplitAsync(Write("empty.txt", []), 100));

    private string Write(string name, byte[] content)
    {
        File.WriteAllBytes(_directory.File(name), content);
        return _directory.File(name);
    }
}
