# Entropy before and after
#
# Entropy of the next-token distribution (nats, full vocabulary) at each position of the
# responses: model before on x, model after on y, both given the same preceding tokens. Colour:
# number of positions in a square bin, logarithmic. The line marks no change; below it the model
# became more certain. ΔH is the mean of after − before, in brackets its 95 % interval over
# prompts. n = 49,367 tokens.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot entropy-before-after.gp
# It reads entropy-before-after.tsv and writes entropy-before-after.svg and entropy-before-after.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,202 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_entropy_before_after' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,202./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'entropy-before-after.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06174
  set rmargin at screen 0.44513
  set bmargin at screen 0.12376
  set tmargin at screen 0.87624
  set border 15 linewidth 0.5
  set xrange [0:6.141715135574341]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4, '5' 5, '6' 6)
  set yrange [0:6.141715135574341]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4, '5' 5, '6' 6)
  set label 'base → sft' at screen 0.25344,0.9604 center noenhanced front
  set label 'ΔH = −1.187 nats [−1.227, −1.148]' at screen 0.25344,0.91089 center font ',8' noenhanced front
  set label 'entropy before (nats)' at screen 0.25344,0.0297 center noenhanced front
  set label 'entropy after (nats)' at screen 0.0202,0.5 center rotate by 90 noenhanced front
  set palette defined (0 '#e8f1fa', 1 '#b9d6ec', 2 '#7fb5da', 3 '#438fc1', 4 '#1c66a0', 5 '#0d4478', 6 '#082548')
  set cbrange [1:15898]
  set logscale cb
  unset colorbox
  plot 'entropy-before-after.tsv' index 0 using (($1+$2)/2):(($3+$4)/2):1:($2+0.04*($2-$1)):3:($4+0.04*($4-$3)):5 with boxxyerror fillstyle solid noborder linecolor palette notitle, \
    'entropy-before-after.tsv' index 1 using 1:2 with lines linewidth 0.6 linecolor rgb '#000000' dashtype (5,2) notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.49929
  set rmargin at screen 0.88269
  set bmargin at screen 0.12376
  set tmargin at screen 0.87624
  set border 15 linewidth 0.5
  set xrange [0:6.141715135574341]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4, '5' 5, '6' 6)
  set yrange [0:6.141715135574341]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4, '5' 5, '6' 6)
  set label 'base → rl' at screen 0.69099,0.9604 center noenhanced front
  set label 'ΔH = −0.087 nats [−0.094, −0.080]' at screen 0.69099,0.91089 center font ',8' noenhanced front
  set label 'entropy before (nats)' at screen 0.69099,0.0297 center noenhanced front
  set palette defined (0 '#e8f1fa', 1 '#b9d6ec', 2 '#7fb5da', 3 '#438fc1', 4 '#1c66a0', 5 '#0d4478', 6 '#082548')
  set cbrange [1:15898]
  set logscale cb
  set style line 1 linewidth 0.5 linecolor rgb '#000000'
  set colorbox vertical user origin screen 0.89784,0.12376 size screen 0.01768,0.75248 border 1
  set cbtics offset -0.5,0 scale 0.25 font ',8' ('10^{0}' 1, '' 2 1, '' 3 1, '' 4 1, '' 5 1, '' 6 1, '' 7 1, '' 8 1, '' 9 1, '10^{1}' 10, '' 20 1, '' 30 1, '' 40 1, '' 50 1, '' 60 1, '' 70 1, '' 80 1, '' 90 1, '10^{2}' 100, '' 200 1, '' 300 1, '' 400 1, '' 500 1, '' 600 1, '' 700 1, '' 800 1, '' 900 1, '10^{3}' 1000, '' 2000 1, '' 3000 1, '' 4000 1, '' 5000 1, '' 6000 1, '' 7000 1, '' 8000 1, '' 9000 1, '10^{4}' 10000)
  set label 'positions' at screen 0.9798,0.5 center rotate by 90 noenhanced front
  plot 'entropy-before-after.tsv' index 2 using (($1+$2)/2):(($3+$4)/2):1:($2+0.04*($2-$1)):3:($4+0.04*($4-$3)):5 with boxxyerror fillstyle solid noborder linecolor palette notitle, \
    'entropy-before-after.tsv' index 3 using 1:2 with lines linewidth 0.6 linecolor rgb '#000000' dashtype (5,2) notitle

  unset multiplot
  set output
}
