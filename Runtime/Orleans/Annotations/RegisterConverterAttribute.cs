namespace Orleans;

/// <summary>Registers the marked <see cref="IConverter{TValue, TSurrogate}"/> with the serializer.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class RegisterConverterAttribute : Attribute;
