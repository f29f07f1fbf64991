# Entropy before and divergence
#
# Jensen-Shannon divergence of the next-token distributions before and after (nats, logarithmic)
# against the entropy before (nats), position by position, in each author's texts apart. Colour:
# number of positions in a bin, logarithmic; divergences below 1e−7 stand at the lower edge.
# Above the dashed line positions changed (JS > 0.01), right of the dotted line are forks, the
# fifth with most entropy. The number says which part of the changed positions are forks; the
# table beside it says what random changes of logits give. n: base → sft in base's texts 8,500;
# base → sft in sft's texts 28,236; base → sft in rl's texts 12,631; base → rl in base's texts
# 8,500; base → rl in rl's texts 12,631; base → rl in sft's texts 28,236.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot entropy-divergence.gp
# It reads entropy-divergence.tsv and writes entropy-divergence.svg and entropy-divergence.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,277 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_entropy_divergence' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,277./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'entropy-divergence.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07849
  set rmargin at screen 0.30559
  set bmargin at screen 0.5704
  set tmargin at screen 0.90975
  set border 15 linewidth 0.5
  set xrange [0:5.947422380447388]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '2' 2, '4' 4)
  set yrange [-7:0]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('1e−6' -6, '1e−4' -4, '1e−2' -2, '1' 0)
  set label 'base → sft' at screen 0.19204,0.97112 center noenhanced front
  set label 'base'."'".'s texts: 36.7 %' at screen 0.19204,0.93502 center font ',8' noenhanced front
  set label 'JS (nats)' at screen 0.01646,0.74007 center rotate by 90 noenhanced front
  set palette defined (0 '#e8f1fa', 1 '#b9d6ec', 2 '#7fb5da', 3 '#438fc1', 4 '#1c66a0', 5 '#0d4478', 6 '#082548')
  set cbrange [1:1128]
  set logscale cb
  unset colorbox
  plot 'entropy-divergence.tsv' index 0 using (($1+$2)/2):(($3+$4)/2):1:($2+0.04*($2-$1)):3:($4+0.04*($4-$3)):5 with boxxyerror fillstyle solid noborder linecolor palette notitle, \
    'entropy-divergence.tsv' index 1 using 1:2 with lines linewidth 0.6 linecolor rgb '#000000' dashtype (5,2) notitle, \
    'entropy-divergence.tsv' index 2 using 1:2 with lines linewidth 0.9 linecolor rgb '#000000' dashtype (1.2,1.6) notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.3779
  set rmargin at screen 0.605
  set bmargin at screen 0.5704
  set tmargin at screen 0.90975
  set border 15 linewidth 0.5
  set xrange [0:5.947422380447388]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '2' 2, '4' 4)
  set yrange [-7:0]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('1e−6' -6, '1e−4' -4, '1e−2' -2, '1' 0)
  set label 'base → sft' at screen 0.49145,0.97112 center noenhanced front
  set label 'sft'."'".'s texts: 21.1 %' at screen 0.49145,0.93502 center font ',8' noenhanced front
  set palette defined (0 '#e8f1fa', 1 '#b9d6ec', 2 '#7fb5da', 3 '#438fc1', 4 '#1c66a0', 5 '#0d4478', 6 '#082548')
  set cbrange [1:1128]
  set logscale cb
  unset colorbox
  plot 'entropy-divergence.tsv' index 3 using (($1+$2)/2):(($3+$4)/2):1:($2+0.04*($2-$1)):3:($4+0.04*($4-$3)):5 with boxxyerror fillstyle solid noborder linecolor palette notitle, \
    'entropy-divergence.tsv' index 4 using 1:2 with lines linewidth 0.6 linecolor rgb '#000000' dashtype (5,2) notitle, \
    'entropy-divergence.tsv' index 5 using 1:2 with lines linewidth 0.9 linecolor rgb '#000000' dashtype (1.2,1.6) notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.67731
  set rmargin at screen 0.90441
  set bmargin at screen 0.5704
  set tmargin at screen 0.90975
  set border 15 linewidth 0.5
  set xrange [0:5.947422380447388]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '2' 2, '4' 4)
  set yrange [-7:0]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('1e−6' -6, '1e−4' -4, '1e−2' -2, '1' 0)
  set label 'base → sft' at screen 0.79086,0.97112 center noenhanced front
  set label 'rl'."'".'s texts: 34.5 %' at screen 0.79086,0.93502 center font ',8' noenhanced front
  set palette defined (0 '#e8f1fa', 1 '#b9d6ec', 2 '#7fb5da', 3 '#438fc1', 4 '#1c66a0', 5 '#0d4478', 6 '#082548')
  set cbrange [1:1128]
  set logscale cb
  set style line 1 linewidth 0.5 linecolor rgb '#000000'
  set colorbox vertical user origin screen 0.91676,0.5704 size screen 0.0144,0.33935 border 1
  set cbtics offset -0.5,0 scale 0.25 font ',8' ('10^{0}' 1, '' 2 1, '' 3 1, '' 4 1, '' 5 1, '' 6 1, '' 7 1, '' 8 1, '' 9 1, '10^{1}' 10, '' 20 1, '' 30 1, '' 40 1, '' 50 1, '' 60 1, '' 70 1, '' 80 1, '' 90 1, '10^{2}' 100, '' 200 1, '' 300 1, '' 400 1, '' 500 1, '' 600 1, '' 700 1, '' 800 1, '' 900 1, '10^{3}' 1000)
  set label 'positions' at screen 0.98354,0.74007 center rotate by 90 noenhanced front
  plot 'entropy-divergence.tsv' index 6 using (($1+$2)/2):(($3+$4)/2):1:($2+0.04*($2-$1)):3:($4+0.04*($4-$3)):5 with boxxyerror fillstyle solid noborder linecolor palette notitle, \
    'entropy-divergence.tsv' index 7 using 1:2 with lines linewidth 0.6 linecolor rgb '#000000' dashtype (5,2) notitle, \
    'entropy-divergence.tsv' index 8 using 1:2 with lines linewidth 0.9 linecolor rgb '#000000' dashtype (1.2,1.6) notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07849
  set rmargin at screen 0.30559
  set bmargin at screen 0.09025
  set tmargin at screen 0.4296
  set border 15 linewidth 0.5
  set xrange [0:5.947422380447388]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '2' 2, '4' 4)
  set yrange [-7:0]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('1e−6' -6, '1e−4' -4, '1e−2' -2, '1' 0)
  set label 'base → rl' at screen 0.19204,0.49097 center noenhanced front
  set label 'base'."'".'s texts: 88.8 %' at screen 0.19204,0.45487 center font ',8' noenhanced front
  set label 'entropy before (nats)' at screen 0.19204,0.02166 center noenhanced front
  set label 'JS (nats)' at screen 0.01646,0.25993 center rotate by 90 noenhanced front
  set palette defined (0 '#e8f1fa', 1 '#b9d6ec', 2 '#7fb5da', 3 '#438fc1', 4 '#1c66a0', 5 '#0d4478', 6 '#082548')
  set cbrange [1:1128]
  set logscale cb
  unset colorbox
  plot 'entropy-divergence.tsv' index 9 using (($1+$2)/2):(($3+$4)/2):1:($2+0.04*($2-$1)):3:($4+0.04*($4-$3)):5 with boxxyerror fillstyle solid noborder linecolor palette notitle, \
    'entropy-divergence.tsv' index 10 using 1:2 with lines linewidth 0.6 linecolor rgb '#000000' dashtype (5,2) notitle, \
    'entropy-divergence.tsv' index 11 using 1:2 with lines linewidth 0.9 linecolor rgb '#000000' dashtype (1.2,1.6) notitle

  # panel 5
  reset
  set datafile separator "\t"
  set lmargin at screen 0.3779
  set rmargin at screen 0.605
  set bmargin at screen 0.09025
  set tmargin at screen 0.4296
  set border 15 linewidth 0.5
  set xrange [0:5.947422380447388]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '2' 2, '4' 4)
  set yrange [-7:0]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('1e−6' -6, '1e−4' -4, '1e−2' -2, '1' 0)
  set label 'base → rl' at screen 0.49145,0.49097 center noenhanced front
  set label 'rl'."'".'s texts: 43.1 %' at screen 0.49145,0.45487 center font ',8' noenhanced front
  set label 'entropy before (nats)' at screen 0.49145,0.02166 center noenhanced front
  set palette defined (0 '#e8f1fa', 1 '#b9d6ec', 2 '#7fb5da', 3 '#438fc1', 4 '#1c66a0', 5 '#0d4478', 6 '#082548')
  set cbrange [1:1128]
  set logscale cb
  unset colorbox
  plot 'entropy-divergence.tsv' index 12 using (($1+$2)/2):(($3+$4)/2):1:($2+0.04*($2-$1)):3:($4+0.04*($4-$3)):5 with boxxyerror fillstyle solid noborder linecolor palette notitle, \
    'entropy-divergence.tsv' index 13 using 1:2 with lines linewidth 0.6 linecolor rgb '#000000' dashtype (5,2) notitle, \
    'entropy-divergence.tsv' index 14 using 1:2 with lines linewidth 0.9 linecolor rgb '#000000' dashtype (1.2,1.6) notitle

  # panel 6
  reset
  set datafile separator "\t"
  set lmargin at screen 0.67731
  set rmargin at screen 0.90441
  set bmargin at screen 0.09025
  set tmargin at screen 0.4296
  set border 15 linewidth 0.5
  set xrange [0:5.947422380447388]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '2' 2, '4' 4)
  set yrange [-7:0]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('1e−6' -6, '1e−4' -4, '1e−2' -2, '1' 0)
  set label 'base → rl' at screen 0.79086,0.49097 center noenhanced front
  set label 'sft'."'".'s texts: 17.1 %' at screen 0.79086,0.45487 center font ',8' noenhanced front
  set label 'entropy before (nats)' at screen 0.79086,0.02166 center noenhanced front
  set palette defined (0 '#e8f1fa', 1 '#b9d6ec', 2 '#7fb5da', 3 '#438fc1', 4 '#1c66a0', 5 '#0d4478', 6 '#082548')
  set cbrange [1:1128]
  set logscale cb
  set style line 1 linewidth 0.5 linecolor rgb '#000000'
  set colorbox vertical user origin screen 0.91676,0.09025 size screen 0.0144,0.33935 border 1
  set cbtics offset -0.5,0 scale 0.25 font ',8' ('10^{0}' 1, '' 2 1, '' 3 1, '' 4 1, '' 5 1, '' 6 1, '' 7 1, '' 8 1, '' 9 1, '10^{1}' 10, '' 20 1, '' 30 1, '' 40 1, '' 50 1, '' 60 1, '' 70 1, '' 80 1, '' 90 1, '10^{2}' 100, '' 200 1, '' 300 1, '' 400 1, '' 500 1, '' 600 1, '' 700 1, '' 800 1, '' 900 1, '10^{3}' 1000)
  set label 'positions' at screen 0.98354,0.25993 center rotate by 90 noenhanced front
  plot 'entropy-divergence.tsv' index 15 using (($1+$2)/2):(($3+$4)/2):1:($2+0.04*($2-$1)):3:($4+0.04*($4-$3)):5 with boxxyerror fillstyle solid noborder linecolor palette notitle, \
    'entropy-divergence.tsv' index 16 using 1:2 with lines linewidth 0.6 linecolor rgb '#000000' dashtype (5,2) notitle, \
    'entropy-divergence.tsv' index 17 using 1:2 with lines linewidth 0.9 linecolor rgb '#000000' dashtype (1.2,1.6) notitle

  unset multiplot
  set output
}
