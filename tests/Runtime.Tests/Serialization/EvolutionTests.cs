using Orchestration.Runtime.Serialization;
using Orleans;
using Orleans.Serialization;

namespace Orchestration.Runtime.Tests.Serialization;

[GenerateSerializer, Alias("evolution.old")]
public sealed class OldForm
{
    [Id(0)] public string? Name { get; set; }
    [Id(3)] public int Number { get; set; }
}

[GenerateSerializer, Alias("evolution.new")]
public class NewForm
{
    [Id(1)] public List<Leaf?>? Leaves { get; set; }
    [Id(2)] public Dictionary<string, Shape>? Shapes { get; set; }
    [Id(3)] public int Number { get; set; }
    [Id(4)] public Guid Key { get; set; }
    [Id(5)] public double Weight { get; set; }
    [Id(6)] public float Ratio { get; set; }
    [Id(7)] public object? Any { get; set; }
    [Id(9)] public string Added { get; set; } = "default";
    [Id(400)] public byte[]? Far { get; set; }
    [Id(0)] public string? Renamed { get; set; }
}

[GenerateSerializer, Alias("evolution.derived")]
public sealed class DerivedForm : NewForm
{
    [Id(0)] public string? Own { get; set; }
}

[GenerateSerializer]
public sealed class HoldsOld
{
    [Id(0)] public OldForm? Form { get; set; }
    [Id(1)] public int After { get; set; }
}

[GenerateSerializer]
public sealed class HoldsNew
{
    [Id(0)] public NewForm? Form { get; set; }
    [Id(1)] public int After { get; set; }
}

[GenerateSerializer]
public sealed class ChangedType
{
    [Id(0)] public int Name { get; set; }
}

/// <summary>Older and newer forms of a type read each other.</summary>
public sealed class EvolutionTests
{
    private static readonly WireSerializer s_serializer = new();

    [Fact]
    public void Read_NewerWriter_UnknownMembersOfAllFormsAreSkipped()
    {
        var sent = new HoldsNew { After = 5, Form = Full() };
        var back = s_serializer.FromBytes<HoldsOld>(s_serializer.ToBytes(sent));
        Assert.Equal(("n", 7, 5), (back.Form!.Name, back.Form.Number, back.After));
    }

    [Fact]
    public void Read_OlderWriter_MissingMembersKeepTheirDefaults()
    {
        var back = s_serializer.FromBytes<NewForm>(s_serializer.ToBytes(new OldForm { Name = "n", Number = 7 }));
        Assert.Equal(("n", 7, "default"), (back.Renamed, back.Number, back.Added));
        Assert.Null(back.Leaves);
    }

    [Fact]
    public void Read_BaseClassOfWhatWasWritten_SkipsTheDerivedLevel()
    {
        // The same bytes as of a derived form that the reader would know under its base class's name.
        var bytes = s_serializer.ToBytes(new DerivedForm { Renamed = "n", Own = "o", Number = 3 });
        var back = s_serializer.FromBytes<NewForm>(bytes);
        Assert.Equal(("n", 3), (back.Renamed, back.Number));
    }

    [Fact]
    public void Read_MemberWithAnotherForm_SaysSo()
    {
        var bytes = s_serializer.ToBytes(new OldForm { Name = "text" });
        var error = Assert.Throws<SerializerException>(() => s_serializer.FromBytes<ChangedType>(bytes));
        Assert.Contains("was the type of a member changed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TypeNobodyDeclares_SaysSo()
    {
        var bytes = s_serializer.ToBytes<object>(new OldForm());
        var name = bytes.AsSpan().IndexOf("evolution.old"u8);
        bytes[name] = (byte)'x';
        var error = Assert.Throws<SerializerException>(() => s_serializer.FromBytes<object>(bytes));
        Assert.Contains("xvolution.old", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FrameworkTypeByName_IsNeverLoaded()
    {
        var bytes = s_serializer.ToBytes<object>(new OldForm());
        foreach (var name in new[] { "System.Diagnostics.Process", "System.IO.FileInfo, System.Private.CoreLib" })
        {
            byte[] forged = [5, 2, (byte)name.Length, .. System.Text.Encoding.UTF8.GetBytes(name),
                .. bytes.AsSpan(bytes.Length - 1)];
            Assert.Throws<SerializerException>(() => s_serializer.FromBytes<object>(forged));
        }
    }

    internal static NewForm Full() => new()
    {
        Renamed = "n",
        Leaves = [new Leaf("a", 1, Colour.Red), null],
        Shapes = new() { ["c"] = new Circle(1), ["g"] = new Group([new Circle(2)]) },
        Number = 7,
        Key = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        Weight = 1.5,
        Ratio = 2.5f,
        Any = new List<int?> { 1, null },
        Far = [1, 2, 3],
    };
}
